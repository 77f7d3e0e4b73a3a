using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover.Services;

[TestClass]
public sealed class UnitOpeningTests
{
    private const long Stay = 5;

    [TestMethod]
    public async Task A_unit_opens_however_long_it_takes_if_the_node_may_write_when_it_is_done()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();

        var opened = await OpenAsync(cluster, session => session == Stay);

        Assert.IsTrue(opened.IsOk, opened.Fault?.ToString());
        Assert.IsTrue(cluster.IsWritable(FailoverCluster.Ids[0]));
    }

    [TestMethod]
    public async Task A_unit_that_opened_after_the_node_s_time_to_write_is_closed_again()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        var asked = 0;

        var opened = await OpenAsync(cluster, _ => ++asked == 1);

        Assert.AreEqual((FaultCode.TimedOut, 2), (opened.Fault!.Code, asked));
        var role = await cluster[1].Storage.Ability<IRoles>()!.GetRoleAsync(FailoverCluster.Unit, CancellationToken.None);
        Assert.AreEqual(Role.Reader, role.Value.Role);
    }

    private static Task<Outcome> OpenAsync(FailoverCluster cluster, Func<long, bool> mayWrite) =>
        new UnitOpening(cluster[1].World, mayWrite, NullLogger.Instance).OpenAsync(FailoverCluster.Unit, new Epoch(1), Stay, CancellationToken.None);
}
