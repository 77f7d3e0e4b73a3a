namespace NodeAgent.Simulation.Nodes;

/// <summary>Bytes that came over a link; if it broke, the end is an error and not an end.</summary>
internal sealed class BreakingStream(byte[] bytes, bool isBroken) : MemoryStream(bytes, writable: false)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        isBroken && Position == Length ? throw new IOException("the link broke") : base.ReadAsync(buffer, cancellationToken);
}
