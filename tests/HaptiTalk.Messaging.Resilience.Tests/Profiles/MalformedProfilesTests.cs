namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What an operator gets wrong is answered with where it stands and what is allowed there.</summary>
public sealed class MalformedProfilesTests
{
    [Theory]
    [InlineData("Profiles:auth:Retry:MaxRetries=three", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Retry:MaxRetries=-1", "is out of range; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Retry:MaxRetries=101", "is out of range; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Retry:MaxRetries=2.5", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Retry:MaxRetries=", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Retry:MaxRetries=99999999999999999999", "is out of range; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Retry:InitialDelay=100", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Retry:InitialDelay=100ms", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Retry:InitialDelay=-00:00:01", "is out of range; allowed: 00:00:00 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Retry:MaxDelay=00:00:00.050", "is below Retry:InitialDelay (00:00:00.1000000); the longest wait cannot be shorter than the first.")]
    [InlineData("Profiles:auth:Retry:BackoffMultiplier=0.5", "is out of range; allowed: 1 to 100.")]
    [InlineData("Profiles:auth:Retry:BackoffMultiplier=two", "is not a number; allowed: 1 to 100.")]
    [InlineData("Profiles:auth:Retry:JitterFactor=1.1", "is out of range; allowed: 0 to 1.")]
    [InlineData("Profiles:auth:Retry:JitterFactor=-0.1", "is out of range; allowed: 0 to 1.")]
    [InlineData("Profiles:auth:Retry:JitterFactor=NaN", "is not a number; allowed: 0 to 1.")]
    [InlineData("Profiles:auth:Retry:Handle:0= ", "is empty; write an exception's type name, for example TimeoutException.")]
    [InlineData("Profiles:auth:CircuitBreaker:FailureThreshold=0", "is out of range; allowed: 1 to 1000000.")]
    [InlineData("Profiles:auth:CircuitBreaker:ResetTimeout=00:00:00", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:CircuitBreaker:ResetTimeout=00:01:60", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:CircuitBreaker:HalfOpenMaxCalls=0", "is out of range; allowed: 1 to 10000.")]
    [InlineData("Profiles:auth:CircuitBreaker=5", "is a section; write its keys below it.")]
    [InlineData("Profiles:auth:Timeout:DefaultTimeout=00:00:00", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Timeout:DefaultTimeout=1.00:00:01", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Timeout:DefaultTimeout=24:00:01", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Timeout:AttemptTimeout=00:00:06", "is above Timeout:DefaultTimeout (00:00:05); one attempt cannot take longer than all of them.")]
    [InlineData("Profiles:auth:Timeout:Timeouts:database=soon", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Timeout:Timeouts:database=00:00:00", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Timeout:ClockSkewTolerance=-00:00:01", "is out of range; allowed: 00:00:00 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Timeout:ClockSkewTolerance=200", "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Requests:Durable=perhaps", "is not true or false.")]
    [InlineData("Profiles:auth:Requests:ErrorCopies=Sometimes", "is not one of Always, Never.")]
    [InlineData("Profiles:auth:Fallback:ErrorThreshold=0", "is out of range; allowed: 1 to 10000.")]
    [InlineData("Profiles:auth:Fallback:ErrorWindow=-00:01:00", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Fallback:Source=Cache", "is not one of Registered, LastGoodReply.")]
    [InlineData("Profiles:auth:Fallback:MaxStaleAge=00:00:00.999", "is out of range; allowed: 00:00:01 to 30.00:00:00.")]
    [InlineData("Profiles:auth:Operations:login:Fallback:MaxStaleAge=31.00:00:00", "is out of range; allowed: 00:00:01 to 30.00:00:00.")]
    [InlineData("Profiles:auth:Bulkhead:MaxConcurrentCalls=0", "is out of range; allowed: 1 to 100000.")]
    [InlineData("Profiles:auth:Bulkhead:QueueCapacity=-1", "is out of range; allowed: 0 to 1000000.")]
    [InlineData("Profiles:auth:Bulkhead:Timeout=00:00:00", "is out of range; allowed: 00:00:00.001 to 1.00:00:00.")]
    [InlineData("Profiles:auth:Scope=Everything", "is not one of Service, Operation.")]
    [InlineData("Profiles:auth:Scope=1", "is not one of Service, Operation.")]
    [InlineData("Profiles:auth:Scope=Service,Operation", "is not one of Service, Operation.")]
    [InlineData("Profiles:billing:Retry:MaxRetries=many", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Operations:login:Retry:MaxRetries=many", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Profiles:auth:Operations:login:Timeout:AttemptTimeout=00:00:06", "is above Timeout:DefaultTimeout (00:00:05); one attempt cannot take longer than all of them.")]
    [InlineData("Defaults:Retry:MaxRetries=many", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Environments:Testing:Retry:MaxRetries=many", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Environments:Elsewhere:Retry:MaxRetries=many", "is not a whole number; allowed: 0 to 100.")]
    [InlineData("Messages:GetUserProfile=usr", "is not a profile. Profiles: auth, feedback, realtime, report, session, user.")]
    [InlineData("Messages:GetUserProfile=", "is not a profile. Profiles: auth, feedback, realtime, report, session, user.")]
    public void Load_WrongValue_NamesItsPathAndWhatIsAllowed(string setting, string message)
    {
        string[] parts = setting.Split('=', 2);

        Problems(setting).ShouldBe([new($"Resilience:{parts[0]}", parts[1], message)]);
    }

    [Theory]
    [InlineData("Profiles:auth:Retry:MaxRetry=3", "is not a known setting. Did you mean 'Retry:MaxRetries'?")]
    [InlineData("Profiles:auth:Retry:maxretrys=3", "is not a known setting. Did you mean 'Retry:MaxRetries'?")]
    [InlineData("Profiles:auth:CircuitBraker:FailureThreshold=3", "is not a known setting. Did you mean 'CircuitBreaker:FailureThreshold'?")]
    [InlineData("Profiles:auth:Timeout:Default=00:00:05", "is not a known setting. Did you mean 'Timeout:DefaultTimeout'?")]
    [InlineData("Profiles:auth:Retry:Handel:0=TimeoutException", "is not a known setting. Did you mean 'Retry:Handle'?")]
    [InlineData("Profiles:auth:Scop=Operation", "is not a known setting. Did you mean 'Scope'?")]
    [InlineData("Profiles:auth:Bulkhead:MaxConcurentCalls=3", "is not a known setting. Did you mean 'Bulkhead:MaxConcurrentCalls'?")]
    [InlineData("Profiles:auth:Operations:login:Retry:MaxRetry=3", "is not a known setting. Did you mean 'Retry:MaxRetries'?")]
    [InlineData("Defaults:Retry:MaxRetry=3", "is not a known setting. Did you mean 'Retry:MaxRetries'?")]
    [InlineData("Environments:Elsewhere:Retry:MaxRetry=3", "is not a known setting. Did you mean 'Retry:MaxRetries'?")]
    [InlineData("Profile=auth", "is not a known setting. Did you mean 'Profiles'?")]
    [InlineData("Enviroments=Production", "is not a known setting. Did you mean 'Environments'?")]
    [InlineData("Colour=blue", "is not a known setting. Known here: Service, ShippedProfiles, Defaults, Profiles, Environments, Messages.")]
    public void Load_UnknownKey_SuggestsTheNearestOne(string setting, string message)
    {
        string[] parts = setting.Split('=', 2);

        Problems(setting).ShouldBe([new($"Resilience:{parts[0]}", parts[1], message)]);
    }

    // These are written where a section belongs, or where nothing reads them: passed over, they would look as if they worked.
    [Theory]
    [InlineData("Profiles:auth=strict", "Profiles:auth")]
    [InlineData("Profiles=auth", "Profiles")]
    [InlineData("Defaults=strict", "Defaults")]
    [InlineData("Environments:Testing=strict", "Environments:Testing")]
    [InlineData("Profiles:auth:Operations:login=fast", "Profiles:auth:Operations:login")]
    [InlineData("Profiles:auth:Operations:login:Operations:nested:Retry:MaxRetries=1", "Profiles:auth:Operations:login:Operations:nested:Retry:MaxRetries")]
    [InlineData("Defaults:Operations:login:Retry:MaxRetries=1", "Defaults:Operations:login:Retry:MaxRetries")]
    [InlineData("Environments:Testing:Operations:login:Retry:MaxRetries=1", "Environments:Testing:Operations:login:Retry:MaxRetries")]
    [InlineData("Profiles:auth:Timeout:Timeouts:database:Value=00:00:01", "Profiles:auth:Timeout:Timeouts:database:Value")]
    [InlineData("Profiles:auth:Timeout:Timeouts=00:00:01", "Profiles:auth:Timeout:Timeouts")]
    [InlineData("Profiles:auth:Retry:Handle=TimeoutException", "Profiles:auth:Retry:Handle")]
    [InlineData("Profiles:auth:Retry:Handle:0:Name=TimeoutException", "Profiles:auth:Retry:Handle:0:Name")]
    public void Load_ValueThatNothingWouldRead_IsReported(string setting, string path) =>
        Problems(setting).Select(problem => problem.Path).ShouldBe([$"Resilience:{path}"]);

    [Theory]
    [InlineData("Profiles:auth:Retry:Handle=TimeoutException")]
    [InlineData("Profiles:auth:Timeout:Timeouts=00:00:01")]
    public void Load_OneValueWhereSeveralBelong_IsNotCalledUnknown(string setting) =>
        Problems(setting).Single().Message.ShouldNotContain("not a known setting");

    private static IReadOnlyList<ProfileProblem> Problems(params string[] settings)
    {
        using TestResilience test = TestResilience.With(settings);
        return Should.Throw<InvalidProfilesException>(() => test.Catalog).Problems;
    }
}
