using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Streams;

/// <summary>A volume as it was in a snapshot. Its image is its own, and closed with it.</summary>
internal sealed class SnapshotStream(UnitGate gate, ImageHandle image, long length) : ImageStream(gate, length)
{
    private int closed;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    protected override ImageHandle Image => image;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A snapshot is not written.");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Not waited for: closing can take as long as the cluster likes.
            _ = CloseAsync();
        }

        base.Dispose(disposing);
    }

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
        {
            return;
        }

        // A fault has nothing to say here: the snapshot was only read.
        _ = await Gate.Lane.RunAsync(
            "cannot close a snapshot", Gate.Options.Patience,
            () =>
            {
                image.Dispose();
                return new Outcome<bool>(true);
            },
            CancellationToken.None);
    }
}
