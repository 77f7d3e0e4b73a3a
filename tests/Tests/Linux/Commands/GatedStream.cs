namespace NodeAgent.Tests.Linux.Commands;

/// <summary>A sink that takes nothing before its gate opens.</summary>
internal sealed class GatedStream(Task gate) : MemoryStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken);
        Write(buffer.Span);
    }
}
