using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>
/// Whether nothing is on its way. What goes back by choice waits for that: chosen by where others are while they move, two would
/// go to the same node, and back together, for ever.
/// </summary>
internal static class Calmness
{
    public static bool IsCalm(ClusterView view) => Disturbance(view) is null;

    /// <summary>A service that is on its way; null: none is.</summary>
    public static string? Disturbance(ClusterView view) =>
        view.Record.Services.Values.FirstOrDefault(service => IsMoving(view, service) || Bonds.IsLeftBehind(view, service))?.Policy.Name;

    private static bool IsMoving(ClusterView view, ServiceRecord service) => view.IsHeld(service)
        ? service.Phase is not (ServicePhase.Running or ServicePhase.Error)
        : service is { Owner: null, Wanted: WantedState.Running, KeptFor: { } kept } && view.IsLive(kept);
}
