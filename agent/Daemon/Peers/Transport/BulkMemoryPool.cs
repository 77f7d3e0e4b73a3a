using System.Buffers;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Hands out large blocks. The web server's own pool has blocks of 4 KiB, which means a system call for every 4 KiB
/// of a data stream.
/// </summary>
internal sealed class BulkMemoryPool : MemoryPool<byte>
{
    private const int BlockSize = 128 * 1024;

    public override int MaxBufferSize => Array.MaxLength;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Block(Math.Max(minBufferSize, BlockSize));

    protected override void Dispose(bool disposing)
    {
        // Blocks belong to the shared pool of arrays.
    }

    private sealed class Block(int size) : IMemoryOwner<byte>
    {
        private byte[]? rented = ArrayPool<byte>.Shared.Rent(size);

        public Memory<byte> Memory => rented ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref rented, null) is { } returned)
            {
                ArrayPool<byte>.Shared.Return(returned);
            }
        }
    }
}
