using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units.Adoptions;

/// <summary>What adopting a unit means, or meant.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Epoch">The epoch in which this node goes on writing it.</param>
/// <param name="Copies">The nodes that keep a copy.</param>
/// <param name="Steps">What is done, each a sentence.</param>
/// <param name="IsDone">False: only planned.</param>
public sealed record AdoptionReport(UnitId Unit, Epoch Epoch, IReadOnlyList<string> Copies, IReadOnlyList<string> Steps, bool IsDone);
