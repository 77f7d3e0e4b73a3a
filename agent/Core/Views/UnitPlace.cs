using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>Where a unit belongs. It is in one service at most: two would be two writers.</summary>
/// <param name="Service">The service that alone opens it; null: it was taken out of one.</param>
/// <param name="Since">The last epoch in which that service was to open it: who knows only an earlier one is not its newest writer.</param>
public sealed record UnitPlace(string? Service, Epoch Since)
{
    /// <summary>
    /// Of a place that a node remembers and that the store does not know: how often it had been said there that the unit is gone, when it was found
    /// to have forgotten something. Null: it is as the store says. The store itself never says any.
    /// </summary>
    public long? Beyond { get; init; }
}
