using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Units;

/// <summary>How a unit is replicated from now on.</summary>
/// <param name="Record">Its record.</param>
/// <param name="LeftOut">The nodes that were copies until now. Their data stays.</param>
public sealed record ReplicationChange(UnitRecord Record, ImmutableArray<NodeId> LeftOut);
