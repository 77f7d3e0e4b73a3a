using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster;

[TestClass]
public sealed class FileContractTests : ClusterStoreContract, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly FileStore store;

    public FileContractTests() => store = FileStore.Open(folder["store"], new BootTimeProvider()).Value;

    protected override IClusterStore Store => store;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }
}
