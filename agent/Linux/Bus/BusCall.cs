namespace NodeAgent.Linux.Bus;

/// <summary>A method to call.</summary>
/// <param name="Destination">The name on the bus.</param>
/// <param name="Path">The object.</param>
/// <param name="Interface">Its interface.</param>
/// <param name="Member">The method.</param>
/// <param name="Arguments">Writes the arguments; runs on the bus' thread.</param>
internal sealed record BusCall(string Destination, string Path, string Interface, string Member, Action<BusWriter>? Arguments = null)
{
    /// <summary>For faults: "StartUnit of org.freedesktop.systemd1".</summary>
    public string What => $"{Member} of {Destination}";
}
