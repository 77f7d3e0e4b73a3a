using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Api;

[TestClass]
public sealed class StorageEndpointsTests
{
    private static readonly BackendId Ceph = new("ceph-hot");
    private static readonly StorageFailure Lost = new("one node", Answer.Yes, Answer.No, "Stops until repaired: cold.", "Nothing is rebuilt.", "Bring it back.");

    [TestMethod]
    public async Task Failures_of_a_cluster_are_told_as_its_backend_told_them()
    {
        var report = await ReportAsync(new BackendHealth(HealthLevel.Ok, "", []) { Cluster = new StorageClusterSight { Failures = [Lost] } });
        Assert.AreSame(Lost, report.Backends.Single().Failures.Single());
        Assert.IsNull(report.Backends.Single().Why);
    }

    [TestMethod]
    public async Task Storage_that_is_no_cluster_is_left_out() =>
        Assert.IsEmpty((await ReportAsync(new BackendHealth(HealthLevel.Ok, "", []))).Backends);

    [TestMethod]
    public async Task One_without_a_quorum_or_without_an_answer_says_why_nothing_can_be_told()
    {
        var mute = await ReportAsync(new BackendHealth(HealthLevel.Failed, "", []) { Cluster = new StorageClusterSight { MonitorsInQuorum = 0 } });
        StringAssert.Contains(mute.Backends.Single().Why, "no quorum");
        var hung = await ReportAsync(new Fault(FaultCode.TimedOut, "cannot look", "no answer came", "Look.", Retry.Later));
        StringAssert.Contains(hung.Backends.Single().Why, "no answer came");
        Assert.IsEmpty(hung.Backends.Single().Failures);
    }

    private static async Task<StorageFailuresReport> ReportAsync(Outcome<BackendHealth> health)
    {
        using var watch = new BackendWatch(new ManualTimeProvider(), TimeSpan.FromSeconds(30));
        await watch.LookAsync(Ceph, new ProbedBackend(health), CancellationToken.None);
        return new StorageEndpoints(() => [Ceph, new BackendId("never-seen")], watch).Report();
    }
}
