using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Views;

[TestClass]
public sealed class GuestClaimsTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");

    [TestMethod]
    public void From_a_node_that_says_that_the_guest_is_stopped_it_may_be_taken() => Assert.IsTrue(Of(Here(), runsThere: false).IsOk);

    [TestMethod]
    public void From_a_node_that_says_that_the_guest_runs_it_may_not_be_taken_whatever_is_proven()
    {
        Assert.AreEqual(FaultCode.InUse, Of(Here(), runsThere: true).Fault?.Code);
        Assert.AreEqual(FaultCode.InUse, Of(Silent(isAttested: true), runsThere: true).Fault?.Code);
        Assert.AreEqual(FaultCode.InUse, Of(Dead(), runsThere: true).Fault?.Code);
    }

    [TestMethod]
    public void From_a_node_that_says_nothing_it_may_be_taken_only_if_that_node_is_proven_gone()
    {
        Assert.IsTrue(Of(Dead(), runsThere: null).IsOk);
        Assert.IsTrue(Of(Silent(isAttested: true), runsThere: null).IsOk);
        var silent = Of(Silent(isAttested: false), runsThere: null).Fault!;
        Assert.AreEqual(FaultCode.FenceRequired, silent.Code);
        StringAssert.Contains(silent.NextStep, "nodeagent confirm-dead n1");
        var here = Of(Here(), runsThere: null).Fault!;
        Assert.AreEqual(FaultCode.FenceRequired, here.Code);
        StringAssert.Contains(here.NextStep, "pvesh get /nodes/n1/status");
    }

    [TestMethod]
    public void From_a_node_that_may_not_have_the_service_it_is_never_taken()
    {
        foreach (var runsThere in new bool?[] { null, false, true })
        {
            var fault = GuestClaims.About(Here(), "db", N2, "n9", runsThere).Fault!;
            StringAssert.Contains(fault.Why, "n9 is none of the service's nodes");
        }
    }

    [TestMethod]
    public void Whoever_does_not_have_the_service_takes_nothing()
    {
        var view = Here();
        var service = view.Record.Service("db")!;
        foreach (var other in new[]
        {
            view with { Record = view.Record.With(service with { Owner = null }) },
            view with { Record = view.Record.With(service with { Owner = service.Owner! with { Node = N1, Session = 1 } }) },
            view with { Live = view.Live.SetItem("n2", 9) },
            view with { Record = ClusterRecord.Empty },
        })
        {
            Assert.AreEqual(FaultCode.NotWriter, Of(other, runsThere: false).Fault?.Code);
        }
    }

    private static Outcome Of(ClusterView view, bool? runsThere) => GuestClaims.About(view, "db", N2, "n1", runsThere);

    // n2 has the service, n1 had it before.
    private static ClusterView Here() => ClusterView.Empty with
    {
        Record = ClusterRecord.Empty.With(new MemberRecord(N1, "boot-1", 1) { IsAttested = true }).With(new MemberRecord(N2, "boot-2", 2) { IsAttested = true }).With(
            new ServiceRecord(new ServicePolicy("db", [N1, N2]))
            {
                Owner = new Tenure(N2, 2, "boot-2", new Epoch(2), new Proof(ProofKind.Released, "")), Epoch = new Epoch(2), Phase = ServicePhase.Placing,
            }),
        Live = ClusterView.Empty.Live.SetItem("n1", 1).SetItem("n2", 2),
    };

    private static ClusterView Silent(bool isAttested)
    {
        var here = Here();
        return here with { Live = here.Live.Remove("n1"), Record = here.Record.With(here.Record.Member(N1)! with { IsAttested = isAttested }) };
    }

    private static ClusterView Dead()
    {
        var silent = Silent(isAttested: false);
        return silent with { Record = silent.Record.With(silent.Record.Member(N1)! with { Fence = new FenceRecord(1, N2, new Proof(ProofKind.PowerOff, "off")) }) };
    }
}
