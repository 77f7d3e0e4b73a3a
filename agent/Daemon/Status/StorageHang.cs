namespace NodeAgent.Daemon.Status;

/// <summary>Storage that answers nothing.</summary>
/// <param name="Device">The device, as the backend names it.</param>
/// <param name="For">How long nothing that waits for it has ended.</param>
public sealed record StorageHang(string Device, TimeSpan For)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Device} has answered nothing for {Spans.Short(For)}";
}
