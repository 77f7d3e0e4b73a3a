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
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref closed, 1) == 0)
        {
            // Not waited for: closing can take as long as the cluster likes.
            _ = CallAsync(
                () =>
                {
                    image.Dispose();
                    return 0;
                },
                CancellationToken.None);
        }

        base.Dispose(disposing);
    }
}
