"""What people decided, learned from: an optional extra of the worker.

examples → training → store, by the job `learn_routing`; suggesting writes what the
newest model would say of complaints that wait for a person; shown reads that for a
page. A suggestion never decides. Only training and suggesting need scikit-learn
(requirements-learning.txt), and import it when they run: the web process never does.
"""
