SELECT * FROM meter AS r
WHERE usage_point_id IS NOT NULL AND removed_on IS NULL AND meter_status <> 'running';
