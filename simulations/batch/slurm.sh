#!/bin/sh
# sbatch --array=1-64 slurm.sh FILE 64 DIR: the shards of an experiment as a Slurm array. DIR is where
# all machines see it. A job that is begun again goes on where it was; --array=3,17 gives two again.
#SBATCH --cpus-per-task=2
#SBATCH --time=04:00:00
#SBATCH --requeue
set -eu
file=$1 shards=$2 dir=$3
exec ties experiment run "$file" --shard "$SLURM_ARRAY_TASK_ID/$shards" \
  --threads "$SLURM_CPUS_PER_TASK" --out "$dir/shard-$SLURM_ARRAY_TASK_ID"
