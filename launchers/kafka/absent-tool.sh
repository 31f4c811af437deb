#!/bin/sh
# @NAME@: @PRODUCT@ has no such command.
cat >&2 <<'TEXT'
@NAME@: @ABSENT@
TEXT
exit 1
