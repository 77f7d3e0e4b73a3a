using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Gives the listener <see cref="BulkMemoryPool"/>.</summary>
internal sealed class BulkMemoryPools : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BulkMemoryPool();
}
