using NodeAgent.Daemon.Plugins.Guarding;

namespace NodeAgent.Tests.Daemon.Plugins.Guarding;

[TestClass]
public sealed class GuardPolicyTests
{
    [TestMethod]
    [DataRow(1, 16, DisplayName = "the least")]
    [DataRow(2, 32, DisplayName = "as by default")]
    [DataRow(64, 1024, DisplayName = "the most that can be set")]
    public void What_may_be_sent_and_received_at_once_with_eight_peers_has_room_in_the_plugin(int streamsToPeer, int room)
    {
        Assert.AreEqual(room, GuardPolicy.For(streamsToPeer).Streams);
        Assert.AreEqual(new GuardPolicy(), GuardPolicy.For(1), "nothing else is touched");
    }
}
