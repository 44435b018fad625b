#!/bin/sh
# parallel.sh FILE SHARDS DIR HOST[,HOST…]: the shards of an experiment on several machines, by GNU
# parallel over ssh (and rsync), then put together into DIR/whole. HOST is as ssh knows it; the same
# version of ties is installed on each. Given again, it does what is left.
set -eu
file=$1 shards=$2 dir=$3 hosts=$4
mkdir -p "$dir"
cp "$file" "$dir/experiment.json"
cd "$dir"
# One job at a time on each host: ties takes all its processors. A shard whose host is lost begins anew on another.
seq "$shards" | parallel --jobs 1 --retries 3 --joblog jobs --resume-failed \
  --sshlogin "$hosts" --workdir ... --transferfile experiment.json --return 'shard-{}' --cleanup \
  "ties experiment run experiment.json --shard {}/$shards --out shard-{}"
exec ties experiment merge shard-* --out whole
