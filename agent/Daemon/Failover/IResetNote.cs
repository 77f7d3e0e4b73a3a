namespace NodeAgent.Daemon.Failover;

/// <summary>Where the reason of a reset is kept, so that it is known after the boot.</summary>
internal interface IResetNote
{
    /// <summary>Writes it to disk and tells the peers. Ends at the limit, done or not; never throws.</summary>
    Task WriteAsync(string reason, TimeSpan limit, CancellationToken cancellation);
}
