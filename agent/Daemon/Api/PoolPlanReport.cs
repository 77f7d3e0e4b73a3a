using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>A plan of pools.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Plan">The plan.</param>
/// <param name="IsApplied">True once the pools were made.</param>
internal sealed record PoolPlanReport(BackendId Backend, PoolLayoutPlan Plan, bool IsApplied);
