-- A held session that is released is bound to the browser in which its user has proved who they are.
grant update (device_id) on sessions to countinghouse_app;
