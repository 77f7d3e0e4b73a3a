using System.Globalization;
using System.Net;
using System.Net.Sockets;

using NodeAgent.Contract;
using NodeAgent.Linux.Peers;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Peers;

[TestClass]
public sealed class PeerCredentialsTests
{
    [TestMethod]
    public void The_kernel_tells_who_connected()
    {
        using var folder = new TempFolder();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder["api"]));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(folder["api"]));
        using var accepted = listener.Accept();

        var peer = PeerCredentials.Of(accepted).Value;

        Assert.AreEqual(Environment.ProcessId, peer.ProcessId);
        Assert.AreEqual(StatusNumbers("Uid:")[1], peer.UserId);
        Assert.AreEqual(StatusNumbers("Gid:")[1], peer.GroupId);
        CollectionAssert.AreEquivalent(StatusNumbers("Groups:"), peer.Groups.ToArray());
        Assert.AreEqual(peer.UserId == 0, peer.IsRoot);
        Assert.IsTrue(peer.IsInGroup(peer.GroupId));
    }

    [TestMethod]
    public void Main_and_further_groups_both_count()
    {
        var peer = new PeerCredentials(1, 1000, 100, [27, 998]);
        Assert.IsTrue(peer.IsInGroup(100));
        Assert.IsTrue(peer.IsInGroup(998));
        Assert.IsFalse(peer.IsInGroup(0));
        Assert.IsFalse(peer.IsRoot);
    }

    [TestMethod]
    public void A_socket_without_peer_is_a_fault()
    {
        using var lonely = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.AreEqual(FaultCode.InvalidArgument, PeerCredentials.Of(lonely).Fault?.Code);
    }

    [TestMethod]
    public void A_network_socket_is_a_fault_and_never_root()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var accepted = listener.AcceptSocket();
        Assert.AreEqual(FaultCode.InvalidArgument, PeerCredentials.Of(accepted).Fault?.Code);
    }

    private static uint[] StatusNumbers(string field) =>
    [
        .. File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..]
            .Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(number => uint.Parse(number, CultureInfo.InvariantCulture)),
    ];
}
