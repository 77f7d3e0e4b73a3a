using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>Pools to plan or to make.</summary>
/// <param name="Backend">Of which backend; null: of the only one that plans pools.</param>
/// <param name="Pools">Which.</param>
/// <param name="Fingerprint">Of the plan that an operator agreed to; for making them.</param>
internal sealed record PoolPlanOrder(string? Backend, IReadOnlyList<PoolOrder> Pools, string? Fingerprint);
