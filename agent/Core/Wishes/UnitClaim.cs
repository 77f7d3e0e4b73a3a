using NodeAgent.Contract;

namespace NodeAgent.Core.Wishes;

/// <summary>A unit that a node wants to be a service's.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Written">The epoch in which that node writes it by its own record; null: it is not its writer.</param>
public sealed record UnitClaim(UnitId Unit, Epoch? Written);
