using System.Net;
using System.Net.Sockets;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller;
using NodeAgent.Plugins.LinstorBackend.Controller.Wire;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class ControllerLinkTests
{
    private const string Nodes = """[{"name":"n1","type":"SATELLITE","connection_status":"ONLINE"}]""";

    [TestMethod]
    public async Task The_first_that_answers_is_asked_first_from_then_on()
    {
        await using var good = await StandInController.StartAsync();
        using var link = ControllerLooksTests.Link(Dead(), new Uri(good.Address));
        var looks = new ControllerLooks(link);

        var first = await looks.NodesAsync("look", default);
        var second = await looks.NodesAsync("look", default);

        Assert.IsTrue(first.IsOk && second.IsOk, (first.Fault ?? second.Fault)?.ToString());
        Assert.HasCount(2, good.Asked);
    }

    [TestMethod]
    [DataRow("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found", "is no LINSTOR controller")]
    [DataRow("HTTP/1.1 307 Elsewhere\r\nLocation: https://other:3371/\r\nContent-Length: 0\r\n\r\n", "sends elsewhere")]
    [DataRow("HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n", "is not in service")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "no JSON")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n[", "broke off")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "more than can be read")]
    [DataRow("\u0001\u0002 satellite", "broke off")]
    [DataRow("", "broke off")]
    public async Task What_is_no_controller_is_passed_over_and_told(string sends, string told)
    {
        using var odd = new BrokenListener(sends);
        using var good = new BrokenListener(BrokenListener.Http(200, Nodes));
        using var both = ControllerLooksTests.Link(odd.Address, good.Address);
        using var alone = ControllerLooksTests.Link(odd.Address);

        Assert.HasCount(1, (await new ControllerLooks(both).NodesAsync("look", default)).Value);
        var none = await new ControllerLooks(alone).NodesAsync("look", default);

        Assert.AreEqual((FaultCode.ControlPlaneUnavailable, Retry.Later), (none.Fault?.Code, none.Fault?.Retry));
        Assert.Contains(told, none.Fault!.Why);
    }

    [TestMethod]
    public async Task Who_does_not_answer_in_time_costs_the_deadline_and_no_more()
    {
        using var hung = new BrokenListener("", closes: false);
        using var good = new BrokenListener(BrokenListener.Http(200, Nodes));
        var time = new ManualTimeProvider();
        using var link = new ControllerLink(ControllerLooksTests.Options(hung.Address, good.Address), time);

        var asked = new ControllerLooks(link).NodesAsync("look", default);
        await Until.TrueAsync(() => hung.Asked == 1);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.IsFalse(asked.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.HasCount(1, (await asked).Value);
    }

    [TestMethod]
    public async Task Who_sends_bit_by_bit_has_the_same_deadline_for_all_of_it()
    {
        using var slow = new BrokenListener("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[", closes: false);
        var time = new ManualTimeProvider();
        using var link = new ControllerLink(ControllerLooksTests.Options(slow.Address), time);

        var asked = new ControllerLooks(link).NodesAsync("look", default);
        await Until.TrueAsync(() => slow.Asked == 1);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Contains("did not answer in time", (await asked).Fault!.Why);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")]
    [DataRow("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")]
    public async Task An_order_that_got_no_answer_is_given_to_nobody_else(string sends)
    {
        using var odd = new BrokenListener(sends);
        await using var good = await StandInController.StartAsync();
        using var link = ControllerLooksTests.Link(odd.Address, new Uri(good.Address));

        var deleted = await new ControllerChanges(link).DeleteAsync("data", "cannot delete", default);

        Assert.AreEqual((FaultCode.TimedOut, Retry.AfterLook), (deleted.Fault?.Code, deleted.Fault?.Retry));
        Assert.IsEmpty(good.Asked);
    }

    [TestMethod]
    public async Task An_order_that_reached_nobody_goes_to_the_next()
    {
        await using var good = await StandInController.StartAsync();
        using var link = ControllerLooksTests.Link(Dead(), new Uri(good.Address));

        var deleted = await new ControllerChanges(link).DeleteAsync("data", "cannot delete", default);

        Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
        Assert.HasCount(1, good.Asked);
    }

    [TestMethod]
    public async Task A_hung_order_ends_at_its_deadline_and_is_unknown()
    {
        using var hung = new BrokenListener("", closes: false);
        var time = new ManualTimeProvider();
        using var link = new ControllerLink(ControllerLooksTests.Options(hung.Address), time);

        var asked = new ControllerChanges(link).DeleteAsync("data", "cannot delete", default);
        await Until.TrueAsync(() => hung.Asked == 1);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.AreEqual(FaultCode.TimedOut, (await asked).Fault?.Code);
    }

    [TestMethod]
    public async Task Cancelled_is_cancelled_and_no_fault()
    {
        using var hung = new BrokenListener("", closes: false);
        using var link = ControllerLooksTests.Link(hung.Address);
        using var stop = new CancellationTokenSource();

        var asked = link.SendAsync(Ask.Look("/v1/nodes"), "look", stop.Token);
        await Until.TrueAsync(() => hung.Asked == 1);
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => asked);
    }

    [TestMethod]
    public async Task A_question_that_was_cut_off_goes_to_the_next_controller_when_it_is_asked_again()
    {
        using var hung = new BrokenListener("", closes: false);
        await using var good = await StandInController.StartAsync();
        using var link = new ControllerLink(ControllerLooksTests.Options(hung.Address, new Uri(good.Address)), new ManualTimeProvider());
        using var stop = new CancellationTokenSource();
        var asked = link.SendAsync(Ask.Look("/v1/nodes"), "look", stop.Token);
        await Until.TrueAsync(() => hung.Asked == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => asked);

        Assert.IsTrue((await link.SendAsync(Ask.Look("/v1/nodes"), "look", default)).IsOk);
        Assert.AreEqual(1, hung.Asked);
    }

    [TestMethod]
    public async Task Only_a_certificate_of_the_pinned_authority_for_that_address_is_believed()
    {
        using var ours = new TestAuthority();
        using var others = new TestAuthority();
        using var folder = new TempFolder();
        File.WriteAllText(folder["ca.pem"], ours.Pem);
        using var good = ours.Sign("127.0.0.1");
        using var foreign = others.Sign("127.0.0.1");
        using var named = ours.Sign("elsewhere");
        await using var right = await StandInController.StartAsync(null, good);
        await using var wrongAuthority = await StandInController.StartAsync(null, foreign);
        await using var wrongName = await StandInController.StartAsync(null, named);

        async Task<Fault?> AskAsync(StandInController controller, string authority)
        {
            using var link = new ControllerLink(ControllerLooksTests.Options(new Uri(controller.Address)) with { AuthorityFile = folder[authority] }, new ManualTimeProvider());
            return (await new ControllerLooks(link).NodesAsync("look", default)).Fault;
        }

        Assert.IsNull(await AskAsync(right, "ca.pem"));
        Assert.Contains("no certificate", (await AskAsync(wrongAuthority, "ca.pem"))!.Why);
        Assert.Contains("no certificate", (await AskAsync(wrongName, "ca.pem"))!.Why);
        Assert.Contains("no certificate", (await AskAsync(right, "missing.pem"))!.Why);
        Assert.IsEmpty(wrongAuthority.Asked.Concat(wrongName.Asked), "nothing is sent to a stranger");
    }

    [TestMethod]
    public async Task The_token_goes_along_and_is_in_no_fault()
    {
        using var folder = new TempFolder();
        await using var controller = await StandInController.StartAsync();
        controller.Token = "s3cret-token";
        using var link = new ControllerLink(ControllerLooksTests.Options(new Uri(controller.Address)) with { TokenFile = folder["token"] }, new ManualTimeProvider());
        var looks = new ControllerLooks(link);

        async Task<Fault?> WithAsync(string content, UnixFileMode mode)
        {
            File.WriteAllText(folder["token"], content);
            File.SetUnixFileMode(folder["token"], mode);
            return (await looks.NodesAsync("look", default)).Fault;
        }

        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.AreEqual(FaultCode.PreconditionFailed, (await looks.NodesAsync("look", default)).Fault?.Code, "no file");
        Assert.IsNull(await WithAsync("s3cret-token\n", Own));
        foreach (var fault in new[] { await WithAsync("s3cret-token", Own | UnixFileMode.OtherRead), await WithAsync("s3cret token", Own), await WithAsync("s3cret-old", Own), await WithAsync("", Own) })
        {
            Assert.DoesNotContain("s3cret", fault!.ToString());
        }

        Assert.HasCount(2, controller.Asked, "a token that must not be used is not sent");
        Assert.AreEqual(FaultCode.PermissionDenied, (await WithAsync("wrong", Own))?.Code);
    }

    internal static Uri Dead()
    {
        // A port that was free a moment ago and refuses now.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
