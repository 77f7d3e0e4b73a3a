using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>A plan about a unit's mirroring between sites.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Plan">The plan.</param>
/// <param name="IsDone">True once it was done.</param>
internal sealed record SitePlanReport(UnitId Unit, SitePlan Plan, bool IsDone);
