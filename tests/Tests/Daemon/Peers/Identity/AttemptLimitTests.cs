using System.Net;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class AttemptLimitTests
{
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public void One_address_is_slowed_down_and_others_are_not()
    {
        var limit = new AttemptLimit(time);
        for (var failure = 0; failure < AttemptLimit.PerAddress; failure++)
        {
            Is.Ok(limit.Check(IPAddress.Loopback));
            limit.Fail(IPAddress.Loopback);
        }

        Is.Refused("tooManyAttempts", limit.Check(IPAddress.Loopback));
        Is.Ok(limit.Check(IPAddress.Parse("127.0.0.2")));
        time.Advance(AttemptLimit.Window);
        Is.Ok(limit.Check(IPAddress.Loopback));
    }

    [TestMethod]
    public void Many_addresses_together_are_slowed_down_too()
    {
        var limit = new AttemptLimit(time);
        for (var failure = 0; failure < 1000; failure++)
        {
            limit.Fail(new IPAddress(failure));
        }

        Is.Refused("tooManyAttempts", limit.Check(IPAddress.Loopback));
        time.Advance(AttemptLimit.Window);
        Is.Ok(limit.Check(IPAddress.Loopback));
    }
}
