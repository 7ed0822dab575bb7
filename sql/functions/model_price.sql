-- SPDX-License-Identifier: ISC
-- What a million tokens of a language model cost; NULL: nobody says any more. For statements and functions that have seen who asks for it.
CREATE OR REPLACE FUNCTION clawgw.model_price(wanted uuid, per_million numeric, its_currency text) RETURNS void
LANGUAGE plpgsql
AS $function$
BEGIN
    IF per_million IS NULL THEN
        DELETE FROM clawgw.model_prices WHERE model_id = wanted;
    ELSE
        INSERT INTO clawgw.model_prices (model_id, price, currency) VALUES (wanted, per_million, its_currency)
        ON CONFLICT (model_id) DO UPDATE SET price = EXCLUDED.price, currency = EXCLUDED.currency;
    END IF;
END
$function$;
