using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Identity;

[TestClass]
public sealed class TokenBookTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly TempFolder folder = new();
    private readonly string path;
    private readonly TokenBook book;

    public TokenBookTests()
    {
        path = Path.Combine(folder.Path, "tokens.json");
        book = new(path, time);
    }

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void A_token_is_good_once()
    {
        var token = Create();
        Is.Ok(book.Use(token.Id, token.Secret, Authorities.N2));
        var fault = Is.Refused("tokenUsed", book.Use(token.Id, token.Secret, Authorities.N3));
        Assert.Contains("n2", fault.Why);
    }

    [TestMethod]
    public void A_used_token_stays_used_after_a_restart()
    {
        var token = Create();
        Is.Ok(book.Use(token.Id, token.Secret, Authorities.N2));
        Is.Refused("tokenUsed", new TokenBook(path, time).Check(token.Id, token.Secret));
    }

    [TestMethod]
    public void A_token_expires_after_an_hour_and_says_so()
    {
        var token = Create();
        time.Advance(TimeSpan.FromMinutes(59));
        Is.Ok(book.Check(token.Id, token.Secret));
        time.Advance(TimeSpan.FromMinutes(1));
        Is.Refused("tokenExpired", book.Check(token.Id, token.Secret));
    }

    [TestMethod]
    public void A_wrong_secret_and_an_unknown_token_look_alike()
    {
        var token = Create();
        var wrong = Is.Refused("tokenRefused", book.Check(token.Id, TokenSecret.Draw()));
        var unknown = Is.Refused("tokenRefused", book.Check("ffffffffffffffff", token.Secret));
        Assert.AreEqual(wrong.ToString(), unknown.ToString());
    }

    [TestMethod]
    public void Who_lacks_the_secret_does_not_learn_that_a_token_expired()
    {
        var token = Create();
        time.Advance(TimeSpan.FromDays(1));
        Is.Refused("tokenRefused", book.Check(token.Id, TokenSecret.Draw()));
    }

    [TestMethod]
    public void The_file_holds_no_secret_and_is_private()
    {
        var token = Create();
        var text = File.ReadAllText(path);
        Assert.DoesNotContain(Convert.ToHexString(token.Secret), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(token.Secret), text);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [TestMethod]
    public void Open_tokens_are_limited_and_expired_ones_do_not_count()
    {
        for (var count = 0; count < 64; count++)
        {
            Create();
        }

        Is.Refused("tooManyTokens", book.Create(new('a', 64), [], TokenBook.DefaultLifetime));
        time.Advance(TokenBook.DefaultLifetime);
        Create();
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(59)]
    [DataRow(300_000)]
    public void A_lifetime_out_of_range_is_refused(int seconds) => Is.Refused(
        "lifetimeInvalid", book.Create(new('a', 64), [], TimeSpan.FromSeconds(seconds)));

    [TestMethod]
    public void A_broken_file_is_named_with_its_line()
    {
        File.WriteAllText(path, "[\n{ \"id\": 4 }\n]");
        var fault = Is.Refused("stateUnreadable", book.Check("a", new byte[20]));
        Assert.Contains(path, fault.What);
        Assert.Contains("line 2", fault.Why);
    }

    private JoinToken Create() => Is.Ok(book.Create(new('a', 64), [], TokenBook.DefaultLifetime));
}
