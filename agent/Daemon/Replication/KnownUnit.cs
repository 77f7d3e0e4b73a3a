using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>Whether a node knows a unit.</summary>
/// <param name="Record">Its record; null if it does not.</param>
public sealed record KnownUnit(UnitRecord? Record);
