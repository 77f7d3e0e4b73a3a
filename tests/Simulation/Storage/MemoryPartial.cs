namespace NodeAgent.Simulation.Storage;

/// <summary>A receive that broke off.</summary>
/// <param name="Head">What the stream said it is.</param>
/// <param name="Content">The copy so far.</param>
/// <param name="Received">How many bytes of content came.</param>
internal sealed record MemoryPartial(StreamHead Head, byte[] Content, int Received)
{
    /// <summary>What the sender needs to go on.</summary>
    public string Token => $"{Head.ToGuid}|{Head.FromGuid}|{Received}";
}
