using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units;

/// <summary>A unit that this node writes, with all that is needed to change it.</summary>
/// <param name="Record">What is decided about it.</param>
/// <param name="Grant">Permission to write it.</param>
/// <param name="Backend">Where it is.</param>
public sealed record OwnUnit(UnitRecord Record, WriteGrant Grant, ReplicatedBackend Backend);
