using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class ToolFaultsTests
{
    [TestMethod]
    [DataRow("cannot open 'tank/x': dataset does not exist", FaultCode.NotFound)]
    [DataRow("cannot open 'nopool': no such pool", FaultCode.DataPathUnavailable)]
    [DataRow("cannot receive incremental stream: destination 'pond/x' does not exist", FaultCode.NotFound)]
    [DataRow("cannot receive new filesystem stream: destination 'pond/x' exists\nmust specify -F to overwrite it", FaultCode.AlreadyExists)]
    [DataRow("cannot receive: failed to read from stream", FaultCode.PeerUnavailable)]
    [DataRow("cannot receive: invalid stream (bad magic number)", FaultCode.Corruption)]
    [DataRow("cannot receive incremental stream: destination x contains partially-complete state from \"zfs receive -s\".", FaultCode.PreconditionFailed)]
    [DataRow("cannot resume send: 'tank/d@s1' used in the initial send no longer exists", FaultCode.NotFound)]
    [DataRow("cannot resume send: resume token is corrupt (incorrect checksum)", FaultCode.NotFound)]
    [DataRow("warning: cannot send 'tank/d@s2': not an earlier snapshot from the same fs", FaultCode.InvalidArgument)]
    [DataRow("cannot receive incremental stream: destination pond/d has been modified\nsince most recent snapshot", FaultCode.Diverged)]
    [DataRow("cannot receive incremental stream: most recent snapshot of pond/d does not\nmatch incremental source", FaultCode.Diverged)]
    [DataRow("cannot receive incremental stream: destination pond/d space quota exceeded.", FaultCode.OutOfSpace)]
    [DataRow("cannot create 'tank/x': out of space", FaultCode.OutOfSpace)]
    [DataRow("cannot destroy snapshot x@s1: it's being held. Run 'zfs holds -r x@s1' to see holders.", FaultCode.InUse)]
    [DataRow("cannot destroy 'tank/d@s5': snapshot has dependent clones\nuse '-R' to destroy", FaultCode.InUse)]
    [DataRow("cannot unmount '/a': pool or dataset is busy", FaultCode.InUse)]
    [DataRow("cannot create 'tank/d': dataset already exists", FaultCode.AlreadyExists)]
    [DataRow("cannot create bookmark 'x#y': bookmark exists", FaultCode.AlreadyExists)]
    [DataRow("cannot create 'x': 'recordsize' must be power of 2 from 512B to 16M", FaultCode.InvalidArgument)]
    [DataRow("cannot create 'x': invalid property 'nosuch'", FaultCode.InvalidArgument)]
    [DataRow("cannot set property for 'x': 'volsize' must be a multiple of volume block size (16K)", FaultCode.OutOfRange)]
    [DataRow("unrecognized command 'foo'", FaultCode.Unsupported)]
    [DataRow("cannot open 'x': pool I/O is currently suspended", FaultCode.DataPathUnavailable)]
    [DataRow("The ZFS modules cannot be auto-loaded.", FaultCode.DataPathUnavailable)]
    [DataRow("cannot mount 'x': encryption key not loaded", FaultCode.PreconditionFailed)]
    [DataRow("something never seen", FaultCode.Internal)]
    public void A_message_of_the_tool_has_its_place_in_the_taxonomy(string message, FaultCode code)
    {
        var fault = ToolFaults.From("cannot do it", new CommandResult(1, "", message, 0, 0));
        Assert.AreEqual(code, fault.Code);
        Assert.AreEqual(message, fault.Native);
    }

    [TestMethod]
    public void A_recorded_broken_stream_is_a_peer_that_went_away() =>
        Assert.AreEqual(FaultCode.PeerUnavailable, ToolFaults.From("x", new CommandResult(1, "", Recording.Of("zfs-receive-broken.txt"), 0, 0)).Code);

    [TestMethod]
    public void A_long_message_is_cut()
    {
        var fault = ToolFaults.From("x", new CommandResult(1, "", new string('a', 5000), 0, 0));
        Assert.AreEqual(601, fault.Native!.Length);
    }

    [TestMethod]
    public void Every_known_message_says_what_to_do_or_is_mere_absence() =>
        Assert.IsTrue(Says.Known.All(known => known.NextStep.Length > 0 || known.Code == FaultCode.NotFound));
}
