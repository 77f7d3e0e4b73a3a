using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>Where a unit belongs. It is in one service at most: two would be two writers.</summary>
/// <param name="Service">The service that alone opens it; null: it was taken out of one.</param>
/// <param name="Since">The last epoch in which that service was to open it: who knows only an earlier one is not its newest writer.</param>
public sealed record UnitPlace(string? Service, Epoch Since);
