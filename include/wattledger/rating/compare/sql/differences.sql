-- The differences of a batch: the hypotheses of the best candidate one after the other,
-- then what its lines look like by themselves.
INSERT INTO bill_difference
WITH best AS (
    SELECT
        s.*,
        a.first_id,
        a.second_id,
        b.amount AS base_amount,
        b.amount - b.d AS billed_amount,
        f.amount AS first_amount
    FROM score AS s
    JOIN score AS b ON b.variant_id = s.bill_id
    LEFT JOIN candidate_of AS a ON a.variant_id = s.variant_id
    LEFT JOIN
        (SELECT variant_id, sum(expected) AS amount FROM candidate_line GROUP BY ALL) AS f
        ON f.variant_id = a.first_id
    WHERE s.place = 1
),

touched AS (
    SELECT bill_id, string_agg(component, ', ' ORDER BY away DESC, component ASC) AS components
    FROM
        (
            SELECT bill_id, component, sum(abs(d)) AS away
            FROM candidate_line
            WHERE variant_id = bill_id AND d <> 0
            GROUP BY ALL
        )
    GROUP BY bill_id
),

supposed AS (
    SELECT
        b.bill_id,
        1 AS seq,
        h.cause,
        b.base_amount - b.first_amount AS amount,
        b.second_id IS NULL AND b.classes = 0 AS is_last,
        e.usage_kwh AS from_kwh, v.usage_kwh AS to_kwh, h.billed_value, h.expected_value, t.components
    FROM best AS b
    JOIN single_hypothesis AS h ON h.variant_id = b.first_id
    JOIN expected_bill AS e ON e.bill_id = b.bill_id
    JOIN variant_usage AS v ON v.variant_id = b.first_id LEFT JOIN touched AS t ON t.bill_id = b.bill_id
    UNION ALL
    SELECT
        b.bill_id,
        2,
        h.cause,
        b.first_amount - b.amount,
        b.classes = 0,
        v.usage_kwh,
        z.usage_kwh,
        h.billed_value,
        h.expected_value,
        t.components
    FROM best AS b
    JOIN single_hypothesis AS h ON h.variant_id = b.second_id
    JOIN variant_usage AS v ON v.variant_id = b.first_id
    JOIN variant_usage AS z ON z.variant_id = b.variant_id LEFT JOIN touched AS t ON t.bill_id = b.bill_id
),

left_over AS (
    SELECT
        l.bill_id,
        coalesce(b.whole_class, l.class) AS cause,
        sum(l.d) AS amount,
        string_agg(DISTINCT l.component, ', ' ORDER BY l.component) AS components,
        CASE
            WHEN
                count(*) = 1
                THEN
                    trim_zeros(any_value(l.billed_quantity)) || ' × ' || trim_zeros(any_value(l.billed_price))
        END AS billed_value,
        CASE
            WHEN
                count(*) = 1
                THEN trim_zeros(any_value(l.quantity)) || ' × ' || trim_zeros(any_value(l.price))
        END AS expected_value
    FROM best AS b JOIN candidate_line AS l ON l.variant_id = b.variant_id
    WHERE
        (b.whole_class IS NOT NULL AND l.d <> 0)
        OR (b.whole_class IS NULL AND l.class NOT IN ('fine', 'follows'))
    GROUP BY ALL
),

rest AS (  -- fens of lines within their tolerance, and of lines that follow from others
    SELECT
        b.bill_id,
        b.d - coalesce((SELECT sum(amount) FROM left_over AS o WHERE o.bill_id = b.bill_id), 0) AS amount
    FROM best AS b
),

listed AS (
    SELECT
        bill_id,
        cause,
        amount,
        is_last AS takes_rest,
        CASE WHEN from_kwh <> to_kwh THEN from_kwh - to_kwh END AS kwh,
        billed_value,
        expected_value,
        components,
        seq
    FROM supposed
    UNION ALL
    SELECT
        o.bill_id,
        o.cause,
        o.amount,
        row_number() OVER (PARTITION BY o.bill_id ORDER BY abs(o.amount) DESC, o.cause) = 1,
        NULL,
        coalesce(h.billed_value, o.billed_value),
        coalesce(h.expected_value, o.expected_value),
        o.components,
        3
    FROM left_over AS o LEFT JOIN single_hypothesis AS h
        ON
            o.cause = 'wrong_version'
            AND h.variant_id = (SELECT min(v.variant_id) FROM versioned AS v WHERE v.bill_id = o.bill_id)
)

SELECT
    t.bill_id, any_value(w.account_id), any_value(w.billing_month), t.cause,
    sum(t.amount + CASE WHEN t.takes_rest THEN r.amount ELSE 0 END)::DECIMAL(18, 2),
    sum(t.kwh)::DECIMAL(18, 4),
    arg_min(t.components, t.seq),
    any_value(b.billed_amount)::DECIMAL(18, 2),
    any_value(b.base_amount)::DECIMAL(18, 2),
    arg_min(t.billed_value, t.seq),
    arg_min(t.expected_value, t.seq)
FROM listed AS t
JOIN rest AS r USING (bill_id)
JOIN best AS b USING (bill_id)
JOIN wrong_bill AS w USING (bill_id)
GROUP BY t.bill_id, t.cause;
