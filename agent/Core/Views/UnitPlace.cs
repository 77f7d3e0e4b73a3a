using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>Where a unit belongs. It is in one service at most: two would be two writers.</summary>
/// <param name="Service">The service that alone opens it; null: it was taken out of one.</param>
/// <param name="Since">The epoch in which it was taken out: who knows only an earlier one is not its newest writer. Zero while it is in a service.</param>
public sealed record UnitPlace(string? Service, Epoch Since);
