using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend;
using NodeAgent.Plugins.NvmeMirrorBackend.Targets;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The order of the pairs, or the first port, was changed: drives still listen where they did.</summary>
[TestClass]
public sealed class ReorderTests
{
    private static readonly Epoch Access = new(7);

    [TestMethod]
    [DataRow(true, "4500", DisplayName = "the pairs in another order")]
    [DataRow(false, "4600", DisplayName = "another first port")]
    public void Drives_move_to_their_new_ports_once_nobody_is_connected(bool isTurned, string first)
    {
        using var rig = new MirrorRig();
        Assert.IsTrue(Exports(rig, isTurned: false, "4500").OpenTo(Access).IsOk);
        var now = Exports(rig, isTurned, first);
        Assert.IsFalse(now.AreOpenTo(Access));

        // Drives that change places are in each other's way once.
        _ = now.OpenTo(Access);
        var opened = now.OpenTo(Access);

        Assert.IsTrue(opened.IsOk, opened.Fault?.ToString());
        Assert.IsTrue(now.AreOpenTo(Access));
        Assert.AreEqual(isTurned ? "4501" : "4600", Ports(rig, MirrorRig.Local(0)));
    }

    [TestMethod]
    [DataRow(true, "4500", DisplayName = "the pairs in another order")]
    [DataRow(false, "4600", DisplayName = "another first port")]
    public void While_somebody_is_connected_nothing_is_moved_and_it_is_said(bool isTurned, string first)
    {
        using var rig = new MirrorRig();
        Assert.IsTrue(Exports(rig, isTurned: false, "4500").OpenTo(Access).IsOk);
        Connect(rig);

        var opened = Exports(rig, isTurned, first).OpenTo(Access);

        StringAssert.Contains(opened.Fault!.Why, "listens at port 450");
        StringAssert.Contains(opened.Fault.NextStep, "order of 'pairs'");
        Assert.AreEqual("4500", Ports(rig, MirrorRig.Local(0)));
    }

    [TestMethod]
    [DataRow(true, "4500", DisplayName = "the pairs in another order")]
    [DataRow(false, "4600", DisplayName = "another first port")]
    public async Task Taken_away_from_everybody_they_listen_nowhere(bool isTurned, string first)
    {
        using var rig = new MirrorRig();
        Assert.IsTrue(Exports(rig, isTurned: false, "4500").OpenTo(Access).IsOk);
        var now = Exports(rig, isTurned, first);
        Assert.IsFalse(now.AreClosed);

        var closed = await now.CloseAsync(default);

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual(("", ""), (Ports(rig, MirrorRig.Local(0)), Ports(rig, MirrorRig.Local(1))));
    }

    [TestMethod]
    public void Who_is_connected_at_a_port_of_before_is_seen()
    {
        using var rig = new MirrorRig();
        Assert.IsTrue(Exports(rig, isTurned: false, "4500").OpenTo(Access).IsOk);
        Connect(rig);

        Assert.AreEqual("0201000A:B000", Exports(rig, isTurned: false, "4600").Connected().Value);
    }

    private static void Connect(MirrorRig rig) => File.WriteAllText(rig.Places.Connections, "  sl  local_address rem_address   st\n   0: 0101000A:1194 0201000A:B000 01\n");

    private static string Ports(MirrorRig rig, Guid drive) => string.Join(',', new TargetTree(rig.Places.Target).Listening(rig.Names.Subsystem(drive)).Select(port => port.Number).Distinct().Order(StringComparer.Ordinal));

    private static Exports Exports(MirrorRig rig, bool isTurned, string first)
    {
        var raw = rig.Options();
        raw["port"] = first;
        if (isTurned)
        {
            raw["pairs"] = string.Create(CultureInfo.InvariantCulture, $"{MirrorRig.Local(1)}/{MirrorRig.Remote(1)},{MirrorRig.Local(0)}/{MirrorRig.Remote(0)}");
        }

        var options = OptionReading.From(new BackendContext(MirrorRig.Unit.Backend, new NodeId("n1"), raw, "/tmp", rig.Commands, rig.Time, null!)).Value;
        return new Exports(options, new Layout(options), rig.Names, rig.Places, rig.Time);
    }
}
