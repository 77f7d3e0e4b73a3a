namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>What an operator wants of the cluster.</summary>
/// <param name="What">One word of <see cref="Core.Wishes.Orders"/>.</param>
/// <param name="Of">The service or node; empty for the cluster.</param>
/// <param name="Why">Who wants it and why; kept.</param>
/// <param name="To">The node that it shall go to; null: as placed.</param>
/// <param name="WaitSeconds">How long to wait for it to be so; zero: not at all.</param>
/// <param name="ForSeconds">For how long it shall be so; null: until it is ordered otherwise.</param>
public sealed record ServiceOrder(string What, string Of, string Why, string? To, double WaitSeconds, double? ForSeconds)
{
    /// <summary>True: carried out though storage objects.</summary>
    public bool IsForced { get; init; }
}
