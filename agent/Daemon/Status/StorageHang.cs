namespace NodeAgent.Daemon.Status;

/// <summary>Storage that answers nothing.</summary>
/// <param name="Device">The device or the pool, as the backend names it.</param>
/// <param name="For">How long nothing that waits for it has ended.</param>
public sealed record StorageHang(string Device, TimeSpan For)
{
    /// <summary>False while it may only be slow: the counters say so, and a block has not been waited for long.</summary>
    public bool IsSure { get; init; } = true;

    /// <summary>What it does, in words.</summary>
    public string Does { get; init; } = "has answered nothing";

    /// <inheritdoc/>
    public override string ToString() => $"{Device} {Does} for {Spans.Short(For)}";
}
