using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

[TestClass]
public sealed class FileLedgerTests : LedgerContract, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly FileStore store;

    public FileLedgerTests() => store = FileStore.Open(folder["store"], new BootTimeProvider()).Value;

    protected override IClusterStore Store => store;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }
}
