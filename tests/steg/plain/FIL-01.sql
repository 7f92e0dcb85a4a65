-- A field of the client that the extract has is empty: of the mandatory ones it has the category alone.
SELECT client_id, NULL AS kwh FROM client WHERE coalesce(client_catg::VARCHAR, '') = ''
