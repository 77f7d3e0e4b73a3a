namespace NodeAgent.Daemon.Status;

/// <summary>Storage that answers nothing.</summary>
/// <param name="Device">The device or the pool, as the backend names it.</param>
/// <param name="For">How long nothing that waits for it has ended.</param>
public sealed record StorageHang(string Device, TimeSpan For)
{
    /// <summary>What it does, in words.</summary>
    public string Does { get; init; } = "has answered nothing";

    /// <inheritdoc/>
    public override string ToString() => $"{Device} {Does} for {Spans.Short(For)}";
}
