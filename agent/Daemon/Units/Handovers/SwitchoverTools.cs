using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>What a planned move needs beside the unit's world.</summary>
/// <param name="Targets">Finds a node that may take over.</param>
/// <param name="Cycles">Makes a replication cycle on a backend.</param>
/// <param name="Hold">Keeps the ordinary cycles of a unit from running until disposed; waits for one that runs.</param>
/// <param name="Room">Room on a node's backend; null if unknown.</param>
/// <param name="Watch">Told of each move that ended well.</param>
public sealed record SwitchoverTools(
    Func<NodeId, Outcome<IHandoverHost>> Targets,
    Func<ReplicatedBackend, UnitCycle> Cycles,
    Func<UnitId, CancellationToken, Task<IDisposable>> Hold,
    Func<NodeId, BackendId, long?> Room,
    Action<SwitchoverReport> Watch);
