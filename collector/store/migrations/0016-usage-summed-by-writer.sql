-- Who stores responses adds them up, once per session and model of a transaction: a trigger did it for each of them.
DROP TRIGGER usage_is_summed;
DROP TRIGGER usage_sum_is_raised;
