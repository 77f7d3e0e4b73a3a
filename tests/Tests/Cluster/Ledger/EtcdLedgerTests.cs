using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Tests.Cluster.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

[TestClass]
public sealed class EtcdLedgerTests : LedgerContract
{
    private static EtcdTrio trio = null!;
    private static EtcdStore store = null!;

    protected override IClusterStore Store => store;

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        trio = await EtcdTrio.StartAsync();
        store = trio.Store();
    }

    [ClassCleanup]
    public static void End() => trio?.Dispose();
}
