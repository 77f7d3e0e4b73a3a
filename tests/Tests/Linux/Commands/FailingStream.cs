namespace NodeAgent.Tests.Linux.Commands;

/// <summary>A stream that gives and takes nothing.</summary>
internal sealed class FailingStream(Exception failure) : MemoryStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromException<int>(failure);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(failure);
}
