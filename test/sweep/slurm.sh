#!/bin/sh
# slurm.sh DIR COMMAND…: runs a command where Slurm is: on a machine of two processors, this one, in a
# network of its own (unshare --net --pid). DIR is empty. What is started here ends with it.
set -eu
dir=$1
shift
# Slurm looks names up by getaddrinfo(3), which finds nothing where there is but 127.0.0.1.
address=10.0.0.1
ip link set lo up
ip address add "$address/32" dev lo
host=$(hostname)
export SLURM_CONF="$dir/slurm.conf"
cat >"$SLURM_CONF" <<CONF
ClusterName=ties
SlurmctldHost=$host($address)
SlurmUser=root
AuthInfo=socket=$dir/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=$dir
SlurmdSpoolDir=$dir
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
MpiDefault=none
NodeName=$host NodeAddr=$address CPUs=2
PartitionName=all Nodes=ALL Default=YES
CONF
(umask 077 && head -c 128 /dev/urandom >"$dir/munge.key")
# --force: a folder of one user alone is not for others to reach it, as it would have it.
munged --force --socket="$dir/munge.socket" --key-file="$dir/munge.key" --log-file="$dir/munge.log" \
  --pid-file="$dir/munge.pid" --seed-file="$dir/munge.seed"
slurmctld -D >"$dir/slurmctld.log" 2>&1 &
slurmd -D >"$dir/slurmd.log" 2>&1 &
for _ in $(seq 60); do
  sinfo --noheader --format=%T 2>/dev/null | grep -q idle && exec "$@"
  sleep 0.5
done
cat "$dir"/*.log >&2
exit 1
