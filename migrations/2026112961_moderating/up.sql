-- Those who look after a group are few, whatever its size: they are found without walking its members.
CREATE INDEX memberships_moderating ON memberships (group_id, state, id) WHERE role > 0;
