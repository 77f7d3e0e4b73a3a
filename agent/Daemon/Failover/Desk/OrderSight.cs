using NodeAgent.Core.Views;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What is seen of a service while an order is carried out: each state once, and for how long nobody ran it.</summary>
internal sealed class OrderSight(string name)
{
    private readonly List<OrderStep> steps = [];
    private double? stoppedAt;

    /// <summary>What was seen, with the seconds since the order.</summary>
    public IReadOnlyList<OrderStep> Steps => steps;

    /// <summary>The time in which nobody ran it, as far as it has ended; null: it was not seen to stop.</summary>
    public double? AwaySeconds { get; private set; }

    /// <summary>Looks at the store.</summary>
    public void Look(ClusterView view, double seconds)
    {
        if (view.Record.Service(name) is not { } service)
        {
            return;
        }

        var at = Math.Round(seconds, 3);
        var text = $"{Explanations.Word(service.Phase)}{(service.Owner is { } owner ? $" on {owner.Node}, epoch {owner.Epoch}" : "")}";
        if (steps.Count == 0 || steps[^1].Text != text)
        {
            steps.Add(new OrderStep(at, text));
        }

        if (service.Phase != ServicePhase.Running || !view.IsHeld(service))
        {
            stoppedAt ??= at;
        }
        else if (stoppedAt is { } since)
        {
            AwaySeconds = Math.Round((AwaySeconds ?? 0) + at - since, 3);
            stoppedAt = null;
        }
    }
}
