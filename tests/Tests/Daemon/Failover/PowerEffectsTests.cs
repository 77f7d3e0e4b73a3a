using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;
using NodeAgent.Linux.Fencing;
using NodeAgent.Tests.Linux.Fencing;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class PowerEffectsTests : IDisposable
{
    private static readonly NodeId Self = new("n1");
    private static readonly NodeId Other = new("n2");
    private readonly FenceStand stand = new();

    [TestMethod]
    [DataRow(7L, false, true, DisplayName = "silent: it is cut off")]
    [DataRow(7L, true, false, DisplayName = "heard again")]
    [DataRow(8L, false, false, DisplayName = "joined anew")]
    public async Task A_node_is_looked_at_once_more_before_its_power_is_cut(long session, bool isHeard, bool isCut)
    {
        var device = stand.Agent("good", "[ $action = status ] && { echo 'Status: OFF'; exit 2; }; exit 0");
        Dictionary<NodeId, IReadOnlyList<FenceLevel>> levels = new() { [Other] = [new([device])] };
        var power = new FakePower();
        var effects = new PowerEffects(stand.Fence, levels, power, power, power);
        NodeInput? answer = null;
        await effects.FenceAsync(new NodeEffect.Fence(Other, 7), () => View(session, isHeard), input => answer = input, CancellationToken.None);
        Assert.AreEqual(isCut, ((NodeInput.FenceEnded)answer!).Confirmed is not null);
        Assert.AreEqual(isCut, File.Exists(stand["good.log"]), "its device was asked");
    }

    [TestMethod]
    public async Task Without_a_view_of_the_store_nobody_is_cut_off()
    {
        var power = new FakePower();
        Dictionary<NodeId, IReadOnlyList<FenceLevel>> levels = new() { [Other] = [new([stand.Agent("good", "exit 0")])] };
        NodeInput? answer = null;
        await new PowerEffects(stand.Fence, levels, power, power, power)
            .FenceAsync(new NodeEffect.Fence(Other, 7), () => null, input => answer = input, CancellationToken.None);
        Assert.AreEqual(new NodeInput.FenceEnded(Other, 7, null), answer);
        Assert.IsFalse(File.Exists(stand["good.log"]), "its device was asked");
    }

    public void Dispose() => stand.Dispose();

    private static ClusterView View(long session, bool isHeard)
    {
        var member = new MemberRecord(Other, "boot", session) { Fence = session == 7 ? new FenceRecord(7, Self, null) : null };
        var view = ClusterView.Empty with { Record = ClusterRecord.Empty.With(member) };
        return isHeard ? view with { Present = view.Present.Add(Other.Value) } : view;
    }
}
