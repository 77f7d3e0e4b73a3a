using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class JoinDeskTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly TempFolder state = new();
    private readonly MemberRoll roll;
    private readonly TokenBook tokens;
    private readonly JoinDesk desk;

    public JoinDeskTests()
    {
        var folder = new ClusterFolder(state.Path);
        Is.Ok(ClusterFounding.Run(folder, Authorities.N1, Authorities.Addresses(1), time));
        roll = Is.Ok(MemberRoll.Load(folder));
        tokens = new(folder.TokensPath, time);
        desk = new(new(Is.Ok(folder.Load()).Authority!, roll, time), roll, tokens, time);
    }

    public void Dispose() => state.Dispose();

    [TestMethod]
    public void A_good_request_makes_a_member()
    {
        Is.Ok(Admit(Request(Token(), "n2")));
        Assert.AreEqual(2, roll.List.Version);
        Assert.AreEqual("10.0.0.2:7000", roll.List.Find(Authorities.N2)!.Addresses[0].EndPoint.ToString());
    }

    [TestMethod]
    public void A_replayed_request_is_refused()
    {
        var request = Request(Token(), "n2");
        Is.Ok(Admit(request));
        Is.Refused("tokenUsed", Admit(request));
        Assert.HasCount(2, roll.List.Members);
    }

    [TestMethod]
    public void A_wrong_secret_is_refused()
    {
        var token = Token();
        var thief = new JoinToken(token.Id, token.Authority, token.Addresses, TokenSecret.Draw());
        Is.Refused("tokenRefused", Admit(Request(thief, "n2")));
        Is.Ok(Admit(Request(token, "n2")));
    }

    [TestMethod]
    public void An_expired_token_is_refused()
    {
        var token = Token();
        time.Advance(TokenBook.DefaultLifetime);
        Is.Refused("tokenExpired", Admit(Request(token, "n2")));
    }

    [TestMethod]
    public void A_request_that_was_changed_on_its_way_is_refused()
    {
        var request = Request(Token(), "n2");
        Is.Refused("proofWrong", Admit(request with { Node = "n9" }));
        using var other = NodeKey.Create();
        var swapped = NodeKey.SigningRequest(other, Authorities.N2);
        Is.Refused("proofWrong", Admit(request with { SigningRequest = swapped }));
        Is.Refused("proofWrong", Admit(request with { Addresses = [new("fast", "10.6.6.6:7000")] }));
    }

    [TestMethod]
    public void Clocks_that_differ_are_named()
    {
        var request = Request(Token(), "n2") with { UnixMilliseconds = time.GetUtcNow().AddMinutes(-10).ToUnixTimeMilliseconds() };
        var fault = Is.Refused("clockSkew", Admit(request.WithProof()));
        Assert.Contains("600 s", fault.Why);
    }

    [TestMethod]
    public void A_taken_name_does_not_spend_the_token()
    {
        var token = Token();
        Is.Refused("nameTaken", Admit(Request(token, "n1")));
        Is.Ok(Admit(Request(token, "n2")));
    }

    [TestMethod]
    public void A_taken_address_is_refused()
    {
        var request = Request(Token(), "n2") with { Addresses = [new("fast", "127.0.0.1:7000")] };
        Assert.Contains("n1", Is.Refused("addressTaken", Admit(request.WithProof())).Why);
    }

    [TestMethod]
    public void All_errors_of_a_request_are_told_at_once()
    {
        var request = Request(Token(), "N 2") with { Addresses = [new("fast", "nowhere"), new("", "10.0.0.1:1")] };
        var fault = Is.Refused("requestInvalid", Admit(request.WithProof()));
        Assert.Contains("node:", fault.Why);
        Assert.Contains("addresses[0]", fault.Why);
        Assert.Contains("addresses[1]", fault.Why);
    }

    [TestMethod]
    public void Guessing_is_slowed_down_even_for_the_right_secret()
    {
        var token = Token();
        for (var guess = 0; guess < AttemptLimit.PerAddress; guess++)
        {
            Is.Refused("tokenRefused", Admit(Request(new(token.Id, token.Authority, [], TokenSecret.Draw()), "n2")));
        }

        Is.Refused("tooManyAttempts", Admit(Request(token, "n2")));
        time.Advance(AttemptLimit.Window);
        Is.Ok(Admit(Request(token, "n2")));
    }

    [TestMethod]
    public void A_request_does_not_show_its_secret_when_printed()
    {
        var request = Request(Token(), "n2");
        Assert.AreEqual($"join request of n2 with token {request.Token}", request.ToString());
    }

    private JoinToken Token() => Is.Ok(tokens.Create(new('a', 64), [], TokenBook.DefaultLifetime));

    private Outcome<CertificateAnswer> Admit(JoinRequest request) => desk.Admit(request, IPAddress.Loopback);

    private JoinRequest Request(JoinToken token, string node)
    {
        using var key = NodeKey.Create();
        return new JoinRequest(
            token.Id, token.Secret, node, [new("fast", "10.0.0.2:7000")],
            NodeKey.SigningRequest(key, new(node)), time.GetUtcNow().ToUnixTimeMilliseconds(), []).WithProof();
    }
}
