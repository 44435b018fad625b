"""ALOHA by SimPy, the way simulators of LoRa are mostly written: a process for each node, and a list
of the frames on the air that every frame goes through when it begins. bench/parts/aloha.ts runs it.

The model is that of simulations/aloha/: `lorasim`, experiment 0 (Bor et al., MSWiM 2016), with its
full collision check. Arguments: nodes, period, duration, airtime and symbol in ms, seed. Prints JSON.
"""

import json
import math
import random
import sys
import time

import simpy

TRANSMIT_DBM = 14
CAPTURE_DB = 6
UNNEEDED_SYMBOLS = 3
# LoRaSim's field: e where 10 is meant, and SF12's sensitivity at 250 kHz.
REFERENCE_DB, REFERENCE_M, SLOPE_DB = 127.41, 40, 20.8
RADIUS_M = REFERENCE_M * math.e ** ((TRANSMIT_DBM + 132.25 - REFERENCE_DB) / SLOPE_DB)


class Node:
    def __init__(self):
        distance_m = max(1, RADIUS_M * math.sqrt(random.random()))
        self.dbm = TRANSMIT_DBM - REFERENCE_DB - SLOPE_DB * math.log10(distance_m / REFERENCE_M)
        self.end_ms = 0
        self.is_lost = False


class Site:
    def __init__(self, period_ms, airtime_ms, symbol_ms):
        self.period_ms, self.airtime_ms = period_ms, airtime_ms
        self.unneeded_ms = UNNEEDED_SYMBOLS * symbol_ms
        self.on_air = []
        self.sent = self.ended = self.delivered = 0

    def collide(self, node, now_ms):
        needed_ms = now_ms + self.unneeded_ms
        for other in self.on_air:
            if other.end_ms <= needed_ms:
                continue
            stronger_db = node.dbm - other.dbm
            if stronger_db < CAPTURE_DB:
                node.is_lost = True
            if stronger_db > -CAPTURE_DB:
                other.is_lost = True

    def transmit(self, env, node):
        while True:
            yield env.timeout(random.expovariate(1 / self.period_ms))
            self.sent += 1
            node.is_lost = False
            node.end_ms = env.now + self.airtime_ms
            self.collide(node, env.now)
            self.on_air.append(node)
            yield env.timeout(self.airtime_ms)
            self.on_air.remove(node)
            self.ended += 1
            self.delivered += not node.is_lost


def main():
    nodes, seed = int(sys.argv[1]), int(sys.argv[6])
    period_ms, duration_ms, airtime_ms, symbol_ms = map(float, sys.argv[2:6])
    random.seed(seed)
    env = simpy.Environment()
    site = Site(period_ms, airtime_ms, symbol_ms)
    for _ in range(nodes):
        env.process(site.transmit(env, Node()))
    begun_s = time.process_time()
    env.run(until=duration_ms)
    cpu_ms = 1000 * (time.process_time() - begun_s)
    events = site.sent + site.ended
    print(json.dumps({"events": events, "deliveryRatio": site.delivered / site.sent, "cpuMs": cpu_ms}))


main()
